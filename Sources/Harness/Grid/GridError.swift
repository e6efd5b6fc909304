public import CoreAPI
import Essentials

/// A grid that cannot be run.
public enum GridError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A key that a grid does not have.
  case unknownKey(source: ConfigurationSource, key: String, place: String, known: [String])
  /// A value of another kind.
  case wrongValue(source: ConfigurationSource, key: String, expected: String)
  /// A level that an axis does not have.
  case unknownLevel(source: ConfigurationSource, axis: String, level: String, known: [String])
  /// A level that stands twice on one axis.
  case repeatedLevel(source: ConfigurationSource, axis: String, level: String)
  /// A recipe that does not exist.
  case noRecipe(source: ConfigurationSource, path: String)
  /// A derived value that refers to something unknown.
  case unknownReference(source: ConfigurationSource, key: String, name: String, known: [String])
  /// A derived value that cannot be computed.
  case badExpression(source: ConfigurationSource, key: String, text: String)
  /// A grid without cells.
  case noCells(path: String)
  /// A cell that the grid does not have.
  case unknownCell(name: String, path: String)
  /// A cell whose configuration cannot run.
  case badCell(name: String, reason: String)
  /// Cells that failed.
  case failedCells(names: [String], first: String, output: String)
  /// A disk that became full under the cells.
  case stopped(reason: String)

  /// The message: where, what was found, what was expected, what to do next.
  public var description: String {
    switch self {
    case .unknownKey(let source, let key, let place, let known):
      "\(source): Unknown key '\(key)'.\(Suggestions.didYouMean(key, among: known)) "
        + "Keys of \(place): \(known.sorted().joined(separator: ", "))."
    case .wrongValue(let source, let key, let expected):
      "\(source): '\(key)' cannot be read. Expected \(expected)."
    case .unknownLevel(let source, let axis, let level, let known):
      "\(source): The axis '\(axis)' has no level '\(level)'."
        + "\(Suggestions.didYouMean(level, among: known)) "
        + "Its levels: \(known.joined(separator: ", "))."
    case .repeatedLevel(let source, let axis, let level):
      "\(source): The level '\(level)' stands twice on the axis '\(axis)'. Remove one of them, or "
        + "give them names: '\(axis): {NAME: {KEY: VALUE}}'."
    case .noRecipe(let source, let path):
      "\(source): 'recipes' names '\(path)', which does not exist. Expected paths relative to this "
        + "file."
    case .unknownReference(let source, let key, let name, let known):
      "\(source): The derived value '\(key)' refers to '${\(name)}', which this grid does not have."
        + "\(Suggestions.didYouMean(name, among: known)) Expected an axis or a value of the cell: "
        + "\(known.sorted().joined(separator: ", "))."
    case .badExpression(let source, let key, let text):
      "\(source): The derived value '\(key)' is '= \(text)', which cannot be computed. Expected "
        + "numbers, + - * / and parentheses."
    case .noCells(let path):
      "\(path): The grid has no cells: everything is excluded. Check 'exclude'."
    case .unknownCell(let name, let path):
      "\(path): The grid has no cell '\(name)'. It was changed after the cell was submitted; run "
        + "'conta grid' again."
    case .badCell(let name, let reason):
      "The cell '\(name)' cannot run: \(reason)"
    case .failedCells(let names, let first, let output):
      "\(names.count) \(names.count == 1 ? "cell" : "cells") failed: "
        + "\(names.prefix(5).joined(separator: ", "))\(names.count > 5 ? ", …" : ""). The first "
        + "error: \(first) See log.txt in '\(output)/cells/NAME'; --retry runs them again."
    case .stopped(let reason): reason
    }
  }
}
