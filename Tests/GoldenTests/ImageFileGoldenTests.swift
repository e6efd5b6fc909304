import Essentials
import Foundation
import Imaging
import SharedTestSupport
import TensorFiles
import Testing

@Suite struct ImageFileGoldenTests {
  /// The samples of a file that the manifest stores under `decoded.safetensors`.
  private func expected(_ name: String, in folder: String) throws -> TensorData? {
    let file = try SafetensorsFile(contentsOf: "\(folder)/decoded.safetensors")
    return file.names.contains(name) ? try file.tensor(named: name) : nil
  }

  /// What a file becomes as 8-bit RGB: the given colours, the gray levels, or the raw samples.
  private func expectedRGB(_ key: String, in folder: String) throws -> [UInt8] {
    if let rgb = try expected("\(key)/rgb", in: folder) { return rgb.values(as: UInt8.self) }
    if let gray = try expected("\(key)/gray8", in: folder) {
      return gray.values(as: UInt8.self).flatMap { [$0, $0, $0] }
    }
    let raw = try #require(try expected("\(key)/raw", in: folder))
    let samples =
      raw.dtype == .uint16
      ? raw.values(as: UInt16.self).map { UInt8($0 >> 8) } : raw.values(as: UInt8.self)
    let channels = raw.shape.count == 3 ? raw.shape[2] : 1
    // A 1-bit file without stretched levels in the vectors is black and white.
    let factor: UInt8 = key.hasPrefix("gray1_") ? 255 : 1
    return stride(from: 0, to: samples.count, by: channels).flatMap { start in
      channels < 3
        ? [UInt8](repeating: samples[start] * factor, count: 3)
        : Array(samples[start..<start + 3])
    }
  }

  @Test func pngFilesDecodeToTheirColours() throws {
    try goldenFile("files/png") { folder in
      let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      for file in files.sorted() where file.hasSuffix(".png") {
        let image = try RGBImage(contentsOf: "\(folder)/\(file)")
        #expect(try image.pixels == expectedRGB(file, in: folder), "\(file)")
      }
    }
  }

  @Test func pngFilesDecodeToTheirIndices() throws {
    try goldenFile("files/png") { folder in
      let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      for file in files.sorted() where file.hasSuffix(".png") {
        let raw = try #require(try expected("\(file)/raw", in: folder))
        if raw.dtype == .uint8, raw.shape.count == 2 {
          let labels = try LabelMap(contentsOf: "\(folder)/\(file)")
          #expect([labels.height, labels.width] == raw.shape, "\(file)")
          #expect(labels.indices == raw.values(as: UInt8.self), "\(file)")
        } else {
          #expect(throws: ImagingError.self, "\(file)") {
            try LabelMap(contentsOf: "\(folder)/\(file)")
          }
        }
      }
    }
  }

  @Test func labelMapsAreWrittenWithVOCsColours() throws {
    try goldenFile("files/png/voc_label.png") { path in
      let folder = (path as NSString).deletingLastPathComponent
      let written = try LabelMap(contentsOf: path).pngData()
      let colors = try RGBImage(decoding: written, name: "written").pixels
      #expect(try colors == expectedRGB("voc_label.png", in: folder))
    }
  }

  /// The manifest's entries for the images of a folder, with the files' paths.
  private func entries(
    _ list: String, in folder: String
  ) throws -> [(path: String, name: String, entry: JSONValue)] {
    let manifest = try JSONParser.parse(AtomicFile.read("\(folder)/../../manifest.json"))
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    return try files.filter { $0.hasSuffix(".png") || $0.hasSuffix(".jpg") }.map { name in
      let entry = manifest["files"][list].array?.first {
        $0["file"].string?.hasSuffix("/\(name)") == true
      }
      return ("\(folder)/\(name)", name, try #require(entry, "\(name) is not in the manifest"))
    }
  }

  @Test func jpegFilesDecodeToTheirColours() throws {
    try goldenFile("files/jpeg") { folder in
      for (path, key, entry) in try entries("valid", in: folder) {
        let tolerance = try #require(GoldenTolerance(entry["tolerance"]))
        let image = try RGBImage(contentsOf: path)
        let reference = try #require(try expected("\(key)/rgb", in: folder))
        let actual = TensorData(
          image.pixels, dtype: .uint8, shape: [image.height, image.width, 3])
        #expect(actual.shape == reference.shape, "\(key)")
        let failure = tolerance.failure(of: actual, against: reference)
        #expect(failure == nil, "\(key): \(failure ?? "")")
      }
    }
  }

  @Test func hostileFilesAreRefused() throws {
    try goldenFile("files/hostile") { folder in
      for (path, file, entry) in try entries("hostile", in: folder) {
        let outcome = Result { try RGBImage(contentsOf: path) }
        _ = try? LabelMap(contentsOf: path)
        switch entry["expect"].string {
        case "ok", "ok_or_error_bounded_memory":
          #expect(throws: Never.self, "\(file)") { try outcome.get() }
        case "error_or_bounded_memory", "error_or_any_image_no_crash":
          break
        default:
          #expect(throws: ImagingError.self, "\(file)") { try outcome.get() }
        }
      }
    }
  }

  @Test func aPhotographOfEndlessScansIsRefused() throws {
    try goldenFile("files/jpeg/progressive_420.jpg") { path in
      let data = try AtomicFile.read(path)
      func marker(_ codes: [UInt8], after start: Int) throws -> Int {
        try #require(
          (start..<data.count - 1).first { data[$0] == 0xFF && codes.contains(data[$0 + 1]) })
      }
      // The first scan sets the lowest frequency anew each time it is read.
      let scan = try marker([0xDA], after: 0)
      let end = try marker([0xC4, 0xDA], after: scan + 2)
      var endless = data[..<end]
      for _ in 0..<600 { endless += data[scan..<end] }
      endless += [0xFF, 0xD9]
      #expect(
        throws: ImagingError.damaged(name: "endless", format: "JPEG", reason: "too many scans")
      ) {
        try RGBImage(decoding: endless, name: "endless")
      }
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
