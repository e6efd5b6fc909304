import Essentials
import Foundation
import Imaging
import SharedTestSupport
import TensorFiles
import Testing

@Suite struct ImageFileGoldenTests {
  // MARK: - PNG

  /// The samples of a file in one of the forms that the vectors store.
  private func expected(_ form: String, of file: GoldenFile) throws -> TensorData? {
    let tensors = try file.tensors()
    let name = "\(file.entry["key"].string ?? "")/\(form)"
    return tensors.names.contains(name) ? try tensors.tensor(named: name) : nil
  }

  /// What a file becomes as 8-bit RGB: the given colours, the gray levels, or the raw samples.
  private func expectedRGB(_ file: GoldenFile) throws -> [UInt8] {
    if let rgb = try expected("rgb", of: file) { return rgb.values(as: UInt8.self) }
    if let gray = try expected("gray8", of: file) {
      return gray.values(as: UInt8.self).flatMap { [$0, $0, $0] }
    }
    let raw = try #require(try expected("raw", of: file))
    let samples =
      raw.dtype == .uint16
      ? raw.values(as: UInt16.self).map { UInt8($0 >> 8) } : raw.values(as: UInt8.self)
    let channels = raw.shape.count == 3 ? raw.shape[2] : 1
    let factor = try grayFactor(of: file)
    return stride(from: 0, to: samples.count, by: channels).flatMap { start in
      channels < 3
        ? [UInt8](repeating: samples[start] * factor, count: 3)
        : Array(samples[start..<start + 3])
    }
  }

  /// What stretches the gray levels of fewer than eight bits to `0...255`, 1 for other files.
  private func grayFactor(of file: GoldenFile) throws -> UInt8 {
    let header = try AtomicFile.read(file.path).dropFirst(24).prefix(2)
    let (bitDepth, colorType) = (try #require(header.first), try #require(header.last))
    return colorType == 0 && bitDepth < 8 ? 255 / (1 << bitDepth - 1) : 1
  }

  @Test func pngFilesDecodeToTheirColours() throws {
    try goldenFiles(.valid, formats: ["png"]) { file in
      let image = try RGBImage(contentsOf: file.path)
      #expect(try image.pixels == expectedRGB(file), "\(file.name)")
    }
  }

  @Test func pngFilesDecodeToTheirIndices() throws {
    try goldenFiles(.valid, formats: ["png"]) { file in
      let raw = try #require(try expected("raw", of: file))
      if raw.dtype == .uint8, raw.shape.count == 2 {
        let labels = try LabelMap(contentsOf: file.path)
        #expect([labels.height, labels.width] == raw.shape, "\(file.name)")
        #expect(labels.indices == raw.values(as: UInt8.self), "\(file.name)")
      } else {
        #expect(throws: ImagingError.self, "\(file.name)") {
          try LabelMap(contentsOf: file.path)
        }
      }
    }
  }

  @Test func labelMapsAreWrittenWithVOCsColours() throws {
    try goldenFiles(.valid, formats: ["png"], where: hasVOCsColours) { file in
      let written = try LabelMap(contentsOf: file.path).pngData()
      let colors = try RGBImage(decoding: written, name: "written").pixels
      #expect(try colors == expectedRGB(file), "\(file.name)")
    }
  }

  private func hasVOCsColours(_ file: GoldenFile) -> Bool {
    file.entry["desc"].string?.contains("VOC colormap") == true
  }

  // MARK: - JPEG

  @Test func jpegFilesDecodeToTheirColours() throws {
    try goldenFiles(.valid, formats: ["jpeg"]) { file in
      let tolerance = try #require(GoldenTolerance(file.entry["tolerance"]))
      let image = try RGBImage(contentsOf: file.path)
      let reference = try #require(try expected("rgb", of: file))
      let actual = TensorData(
        image.pixels, dtype: .uint8, shape: [image.height, image.width, 3])
      #expect(actual.shape == reference.shape, "\(file.name)")
      let failure = tolerance.failure(of: actual, against: reference)
      #expect(failure == nil, "\(file.name): \(failure ?? "")")
    }
  }

  @Test func aPhotographOfEndlessScansIsRefused() throws {
    try goldenFiles(.valid, formats: ["jpeg"], where: isProgressive) { file in
      let data = try AtomicFile.read(file.path)
      let scan = try #require(firstScan(ofProgressive: data))
      // The first scan sets the lowest frequency anew each time it is read.
      var endless = data[..<scan.upperBound]
      for _ in 0..<600 { endless += data[scan] }
      endless += [0xFF, 0xD9]
      #expect(
        throws: ImagingError.damaged(name: "endless", format: "JPEG", reason: "too many scans")
      ) {
        try RGBImage(decoding: endless, name: "endless")
      }
    }
  }

  private func isProgressive(_ file: GoldenFile) throws -> Bool {
    try firstScan(ofProgressive: AtomicFile.read(file.path)) != nil
  }

  /// Returns where the first scan lies with its marker, nil if the file is not progressive.
  private func firstScan(ofProgressive data: Data) -> Range<Int>? {
    var isProgressive = false
    var position = 2
    while position + 4 <= data.count, data[position] == 0xFF {
      let marker = data[position + 1]
      let next = position + 2 + Int(data[position + 2]) << 8 + Int(data[position + 3])
      if marker == 0xC2 { isProgressive = true }
      if marker == 0xDA {
        guard isProgressive, next < data.count else { return nil }
        // In a scan, 0xFF stands before a zero or is part of a restart marker.
        let end = (next..<data.count - 1).first {
          data[$0] == 0xFF && data[$0 + 1] != 0 && !(0xD0...0xD7 ~= data[$0 + 1])
        }
        return end.map { position..<$0 }
      }
      position = next
    }
    return nil
  }

  // MARK: - Damaged and hostile files

  @Test func hostileFilesAreRefused() throws {
    try goldenFiles(.hostile, formats: ["png", "jpeg"]) { file in
      let outcome = Result { try RGBImage(contentsOf: file.path) }
      _ = try? LabelMap(contentsOf: file.path)
      switch choice(for: file) {
      case "ok": #expect(throws: Never.self, "\(file.name)") { try outcome.get() }
      case "error": #expect(throws: ImagingError.self, "\(file.name)") { try outcome.get() }
      default:
        if case .failure(let error) = outcome {
          #expect(error is ImagingError, "\(file.name): \(error)")
        }
      }
    }
  }

  /// What the manifest expects, and where it leaves a choice, what is done with the vectors' files;
  /// the choice may not fit those of other vectors.
  private func choice(for file: GoldenFile) -> String {
    let expectation = file.entry["expect"].string ?? ""
    guard SharedFolder.goldenOverride == nil else { return expectation }
    return switch expectation {
    case "ok_or_error_bounded_memory": "ok"
    case "error_or_documented": "error"
    default: expectation
    }
  }

  @Test func truncatedFilesAreRefused() throws {
    try goldenFile("files/hostile/truncation_plan.json") { planPath in
      let root = "\((planPath as NSString).deletingLastPathComponent)/../.."
      for entry in try JSONParser.parse(AtomicFile.read(planPath)).array ?? [] {
        guard ["png", "jpeg"].contains(entry["format"].string) else { continue }
        let file = try #require(entry["file"].string)
        let data = try AtomicFile.read("\(root)/\(file)")
        for count in try #require(entry["keep_bytes"].integers) {
          #expect(throws: ImagingError.self, "\(file) cut to \(count) bytes") {
            try RGBImage(decoding: data.prefix(count), name: file)
          }
        }
      }
    }
  }
}
