import CoreAPI
import Foundation
import TensorFiles

/// The confusion matrices of the images behind every number of a run, in its `confusions.safetensors`.
///
/// The file lies in the run's folder and not only in the stages it was made from, so that a folder
/// that was copied without its stages still gives every table.
public struct RunConfusions: Sendable, Equatable {
  /// Which number of a run.
  public struct Place: Sendable, Hashable {
    /// The round; 0 is the baseline.
    public var round: Int
    /// What was scored.
    public var column: ResultColumn

    /// Creates a place.
    ///
    /// - Parameters:
    ///   - round: The round; 0 is the baseline.
    ///   - column: What was scored.
    public init(round: Int, column: ResultColumn) {
      self.round = round
      self.column = column
    }

    var prefix: String { "\(round)/\(column.rawValue)" }
  }

  /// The file's name in a run directory and in the output of an evaluation.
  public static let fileName = "confusions.safetensors"

  /// The matrices by the number they belong to, all of the same classes.
  public let sets: [Place: ImageConfusions]

  /// Creates the matrices of a run.
  ///
  /// - Parameter sets: The matrices by the number they belong to, at least one.
  public init(_ sets: [Place: ImageConfusions]) {
    precondition(
      Set(sets.values.map(\.classCount)).count == 1,
      "The confusion matrices of a run need one class list")
    self.sets = sets
  }

  /// Gathers the outputs of evaluations.
  ///
  /// - Parameter rounds: The output of every round's evaluation.
  /// - Throws: An error that names the file if one cannot be read.
  init(ofRounds rounds: [StageResult]) throws {
    var sets: [Place: ImageConfusions] = [:]
    for (round, stage) in rounds.enumerated() {
      for (place, set) in try RunConfusions(in: stage.directory).sets {
        sets[Place(round: round, column: place.column)] = set
      }
    }
    self.init(sets)
  }

  /// Reads the matrices in a folder.
  ///
  /// - Parameter directory: The folder of a run or of an evaluation.
  /// - Throws: ``ResultError/damaged(path:)`` if the file is not what this type writes, `FileError`
  ///   if it cannot be read.
  public init(in directory: String) throws {
    let path = "\(directory)/\(Self.fileName)"
    let file = try SafetensorsFile(contentsOf: path)
    guard let classCount = file.metadata["classes"].flatMap({ Int($0) }),
      (1...255).contains(classCount)
    else { throw ResultError.damaged(path: path) }
    var sets: [Place: ImageConfusions] = [:]
    for name in file.names where name.hasSuffix("/offsets") {
      let prefix = String(name.dropLast("/offsets".count))
      let parts = prefix.split(separator: "/")
      guard parts.count == 2, let round = Int(parts[0]),
        let column = ResultColumn(rawValue: String(parts[1])),
        let images = file.metadata["images \(prefix)"],
        let set = try ImageConfusions(file, prefix, classCount: classCount, images: images)
      else { throw ResultError.damaged(path: path) }
      sets[Place(round: round, column: column)] = set
    }
    guard !sets.isEmpty else { throw ResultError.damaged(path: path) }
    self.sets = sets
  }

  /// Writes the matrices into a folder; the file appears whole or not at all.
  ///
  /// - Parameter directory: The folder.
  /// - Throws: `FileError` if the file cannot be written.
  public func write(to directory: String) throws {
    var tensors: [(String, TensorData)] = []
    var metadata = ["rows": "ground truth"]
    for (place, set) in sets {
      tensors += set.tensors(place.prefix)
      metadata["images \(place.prefix)"] = set.images
      metadata["classes"] = "\(set.classCount)"
    }
    try Safetensors.write(tensors, metadata: metadata, to: "\(directory)/\(Self.fileName)")
  }
}
