import CoreAPI
import Foundation
import Imaging

/// A folder with a label map for every image, as palette PNG files.
struct MaskFolder: PseudoMaskSource {
  let path: String

  func file(of id: String) -> String { "\(path)/\(id).png" }

  func contains(_ id: String) -> Bool { FileManager.default.fileExists(atPath: file(of: id)) }

  func write(_ mask: LabelMap, of id: String) throws { try mask.write(to: file(of: id)) }

  func labelMap(of id: String) throws -> LabelMap { try LabelMap(contentsOf: file(of: id)) }

  func pseudoMask(of id: String) throws -> PseudoMask { PseudoMask(labelMap: try labelMap(of: id)) }
}
