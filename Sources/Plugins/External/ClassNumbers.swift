import CoreAPI
import Imaging

/// What the class numbers of another program's files mean in the data set's class list.
struct ClassNumbers: Sendable {
  /// The number of the first foreground class in `.npy` files.
  let first: Int
  /// For every foreground class of the files its index in the data set, nil for one it has not.
  private let indices: [Int?]
  private let classes: ClassList

  /// Relates the files' classes to the data set's.
  ///
  /// - Parameters:
  ///   - configuration: Says how the files count.
  ///   - classes: The data set's classes.
  init(_ configuration: ExternalConfiguration, classes: ClassList) {
    first = configuration.firstClass
    self.classes = classes
    let names =
      configuration.classes.isEmpty
      ? Array(classes.names.dropFirst()) : configuration.classes
    indices = names.map { name in
      classes.names.firstIndex(of: name).flatMap { $0 > 0 ? $0 : nil }
    }
  }

  /// The numbers that foreground classes have in `.npy` files.
  var known: ClosedRange<Int> { first...first + max(indices.count - 1, 0) }

  /// Returns the data set's index of a class number of a `.npy` file.
  ///
  /// - Parameters:
  ///   - number: The number.
  ///   - path: The file, for messages.
  /// - Returns: The index, nil for a class that the data set has not.
  /// - Throws: ``ExternalError/unknownClass(path:number:known:)`` beyond the files' classes.
  func index(of number: Int, in path: String) throws -> Int? {
    guard known.contains(number), number - first < indices.count else {
      throw ExternalError.unknownClass(path: path, number: number, known: known)
    }
    return indices[number - first]
  }

  /// Returns the number of a data set's class in `.npy` files, nil if they do not have it.
  func number(ofClass index: Int) -> Int? {
    indices.firstIndex(of: index).map { $0 + first }
  }

  /// Returns a mask with the data set's indices.
  ///
  /// In masks 0 is the background, 1 the first class of the files, and so on; a class that the data
  /// set has not becomes `LabelMap.ignoreIndex`, as in its own masks.
  ///
  /// - Parameters:
  ///   - mask: A mask with the files' indices.
  ///   - path: Its file, for messages.
  /// - Returns: The mask.
  /// - Throws: ``ExternalError/unknownClass(path:number:known:)`` beyond the files' classes.
  func translated(_ mask: LabelMap, path: String) throws -> LabelMap {
    var table = [UInt8](repeating: LabelMap.ignoreIndex, count: 256)
    table[0] = 0
    // A mask of one byte a pixel has no room for further classes beside 255.
    for (position, index) in indices.prefix(Int(LabelMap.ignoreIndex) - 1).enumerated() {
      if let index { table[position + 1] = UInt8(index) }
    }
    var result = mask
    for (pixel, number) in mask.indices.enumerated() {
      guard Int(number) <= indices.count || number == LabelMap.ignoreIndex else {
        throw ExternalError.unknownClass(
          path: path, number: Int(number), known: 0...indices.count)
      }
      result.indices[pixel] = table[Int(number)]
    }
    return result
  }
}
