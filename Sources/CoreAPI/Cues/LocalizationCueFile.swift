import Essentials
import Foundation
public import Imaging
import TensorFiles

/// The public file of localization cues, `localization_cues.pickle`, and the list that numbers images.
///
/// The pickle has two arrays for each image: `<number>_labels`, the foreground classes, and
/// `<number>_cues`, `[3, count]` with class, row and column of every mark on a grid of 41×41. The
/// list has a line `<image> <number>` for each image. A pickle of named images needs no list.
///
/// # Source
///
/// `kolesman/SEC@c78419059f training/localization_cues/localization_cues.pickle.gz`,
/// `training/input_list.txt`.
public struct LocalizationCueFile: Sendable {
  /// The size of the public grid.
  public static let publicSize = ImageSize(width: 41, height: 41)

  private let path: String
  private let listPath: String
  private let size: ImageSize
  private let classCount: Int
  /// The marks (class, row, column) by the image's number or name.
  private let marks: [String: [SIMD3<Int32>]]
  /// The number by the image's name; nil if the pickle has names.
  private let numbers: [String: String]?

  /// Reads a file of cues.
  ///
  /// - Parameters:
  ///   - path: The pickle.
  ///   - list: The list of images, empty if the pickle names them.
  ///   - classCount: The number of classes with the background; other classes are refused.
  ///   - size: The size of the file's grid.
  /// - Throws: `TensorFileError` or `FileError` if a file cannot be read, ``LocalizationCueError`` if
  ///   it holds something else.
  public init(
    contentsOf path: String, list: String = "", classCount: Int,
    size: ImageSize = LocalizationCueFile.publicSize
  ) throws {
    self.path = path
    self.listPath = list
    self.size = size
    self.classCount = classCount
    numbers = list.isEmpty ? nil : try Self.numbers(inList: list)
    var marks: [String: [SIMD3<Int32>]] = [:]
    for (key, tensor) in try PickledArrays.read(path) where key.hasSuffix("_cues") {
      let id = String(key.dropLast("_cues".count))
      guard tensor.shape.count == 2, tensor.shape[0] == 3 else {
        throw LocalizationCueError.wrongShape(path: path, id: id, shape: tensor.shape)
      }
      let (values, count) = (tensor.integers(), tensor.shape[1])
      marks[id] = try (0..<count).map { index in
        let mark = (values[index], values[count + index], values[2 * count + index])
        guard (0..<classCount).contains(mark.0), (0..<size.height).contains(mark.1),
          (0..<size.width).contains(mark.2)
        else {
          throw LocalizationCueError.outside(
            path: path, id: id, mark: [mark.0, mark.1, mark.2], classCount: classCount, size: size)
        }
        return SIMD3(Int32(mark.0), Int32(mark.1), Int32(mark.2))
      }
    }
    self.marks = marks
  }

  /// The number of images that have cues.
  public var count: Int { marks.count }

  /// Returns the cues of an image.
  ///
  /// - Parameter id: The image's identifier, for example `2007_000032`.
  /// - Returns: The cues.
  /// - Throws: ``LocalizationCueError`` if the image is not listed or has no cues.
  public func cues(of id: String) throws -> LocalizationCues {
    var cues = LocalizationCues(classCount: classCount, size: size)
    for mark in try places(of: id) { cues[Int(mark.x), Int(mark.y), Int(mark.z)] = true }
    return cues
  }

  /// Checks that images have cues, and that the grid is the file's.
  ///
  /// Marks beyond the grid are refused when the file is read; here a grid is refused that the file
  /// does not fill, because its marks would all move towards the top left.
  ///
  /// - Parameter ids: The images' identifiers.
  /// - Throws: ``LocalizationCueError`` for the first image without cues, or if no mark of any
  ///   image lies in the last row or in the last column of the grid.
  public func check(_ ids: [String]) throws {
    var (rows, columns) = (0, 0)
    for id in ids {
      for mark in try places(of: id) {
        rows = max(rows, Int(mark.y) + 1)
        columns = max(columns, Int(mark.z) + 1)
      }
    }
    guard rows == 0 || rows == size.height || columns == size.width else {
      throw LocalizationCueError.largerGrid(path: path, rows: rows, columns: columns, size: size)
    }
  }

  /// Returns the marks (class, row, column) of an image.
  private func places(of id: String) throws -> [SIMD3<Int32>] {
    guard let key = numbers.map({ $0[id] }) ?? id else {
      throw LocalizationCueError.notListed(list: listPath, id: id)
    }
    guard let places = marks[key] else { throw LocalizationCueError.missing(path: path, id: id) }
    return places
  }

  /// Writes cues and the list that numbers their images, each file whole or not at all.
  ///
  /// - Parameters:
  ///   - ids: The images' identifiers, in the order of their numbers.
  ///   - path: The pickle.
  ///   - list: The list of images.
  ///   - cues: Returns the cues of an identifier, all of one size.
  /// - Throws: What `cues` throws, or `FileError` if a file cannot be written.
  public static func write(
    _ ids: [String], to path: String, list: String,
    cues: (_ id: String) throws -> LocalizationCues
  ) throws {
    var arrays: [(name: String, values: [Int64], shape: [Int])] = []
    for (number, id) in ids.enumerated() {
      let cues = try cues(id)
      let area = cues.width * cues.height
      let places = cues.marks.indices.filter { cues.marks[$0] != 0 }
      let labels = cues.markedClasses.filter { $0 > 0 }.map(Int64.init)
      arrays.append(("\(number)_labels", labels, [labels.count]))
      arrays.append(
        (
          "\(number)_cues",
          places.map { Int64($0 / area) } + places.map { Int64($0 % area / cues.width) }
            + places.map { Int64($0 % cues.width) }, [3, places.count]
        ))
    }
    try PickledArrays.write(arrays, to: path)
    let lines = ids.enumerated().map { "\($1).jpg \($0)\n" }
    try AtomicFile.write(Data(lines.joined().utf8), to: list)
  }

  /// Reads lines `<image> <number>`; the folder and the ending of an image's name do not count.
  private static func numbers(inList path: String) throws -> [String: String] {
    var numbers: [String: String] = [:]
    let text = String(decoding: try AtomicFile.read(path), as: UTF8.self)
    for (index, line) in text.split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline
    ).enumerated() {
      if line.allSatisfy(\.isWhitespace) { continue }
      // The name may have spaces, the number is the last word.
      let words = line.split(whereSeparator: \.isWhitespace)
      guard words.count > 1, let number = words.last, Int(number) != nil else {
        throw LocalizationCueError.badLine(list: path, number: index + 1, line: String(line))
      }
      let name = line[..<number.startIndex].trimmingCharacters(in: .whitespaces)
      numbers[((name as NSString).lastPathComponent as NSString).deletingPathExtension] =
        String(number)
    }
    return numbers
  }
}

/// A file of localization cues that cannot be used, in words for the person who named it.
public enum LocalizationCueError: Error, Equatable, CustomStringConvertible {
  /// The cues of an image are no three rows.
  case wrongShape(path: String, id: String, shape: [Int])
  /// A mark lies outside of the grid or of the class list.
  case outside(path: String, id: String, mark: [Int], classCount: Int, size: ImageSize)
  /// All marks lie in the upper left part of the grid.
  case largerGrid(path: String, rows: Int, columns: Int, size: ImageSize)
  /// The list does not have an image.
  case notListed(list: String, id: String)
  /// The pickle does not have an image.
  case missing(path: String, id: String)
  /// A line of the list is no image with its number.
  case badLine(list: String, number: Int, line: String)

  /// The message.
  public var description: String {
    switch self {
    case .wrongShape(let path, let id, let shape):
      "'\(path)': the cues of image '\(id)' have the shape \(shape). "
        + "Expected [3, count]: class, row and column of every mark."
    case .outside(let path, let id, let mark, let classCount, let size):
      "'\(path)': image '\(id)' has a mark at class \(mark[0]), row \(mark[1]), column \(mark[2]). "
        + "Expected classes 0 through \(classCount - 1) on a grid of \(size); "
        + "the file must be of this data set's classes, and 'cue_grid' the side of its grid."
    case .largerGrid(let path, let rows, let columns, let size):
      "'\(path)': the marks of all images lie in the first \(rows) rows and \(columns) columns. "
        + "Expected a grid of \(size); set 'cue_grid' to the side of the file's grid."
    case .notListed(let list, let id):
      "'\(list)' does not list image '\(id)'. Name the list that belongs to the cues."
    case .missing(let path, let id):
      "'\(path)' has no cues for image '\(id)'. If its images are numbered, name their list in "
        + "'cue_list'; otherwise make cues for this data set with 'conta cues'."
    case .badLine(let list, let number, let line):
      "'\(list)', line \(number): '\(line)'. Expected an image and its number."
    }
  }
}
