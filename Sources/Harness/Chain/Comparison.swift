public import CoreAPI
import Foundation

/// One or several recipes, run one after the other, and their one table.
public enum Comparison {
  /// Runs the recipes of a request, continuing what an interrupted run left.
  ///
  /// One recipe is run in the request's folder, each of several in a folder of its title in there.
  /// All of them are checked before the first begins: that each can run, and that their numbers can
  /// share a table.
  ///
  /// - Parameters:
  ///   - request: What was asked for.
  ///   - registry: The known plugins.
  ///   - progress: Shows progress to the user.
  /// - Returns: The table, in Markdown, which is also in the folder; nil in a process that takes part
  ///   in the run of another one.
  /// - Throws: The first error, in words for the person who asked.
  public static func run(
    _ request: RunRequest, registry: PluginRegistry, progress: any ProgressSink
  ) throws -> String? {
    let processes = try RunProcesses(request.processes)
    return try processes.whileTogether {
      try run(request, registry: registry, progress: progress, processes: processes)
    }
  }

  private static func run(
    _ request: RunRequest, registry: PluginRegistry, progress: any ProgressSink,
    processes: RunProcesses
  ) throws -> String? {
    guard request.recipes.count > 1 else {
      return try Chain(
        recipe: request.recipes[0], directory: request.output, of: request, registry: registry,
        progress: progress, processes: processes
      ).runInFolder()?.markdown()
    }
    let runs = try runs(of: request)
    var expected: [RunResults] = []
    for run in runs {
      // Built and dropped: the networks of all recipes may not fit into memory together.
      expected.append(
        try Chain(
          recipe: run.recipe, directory: run.directory, of: request, registry: registry,
          progress: SilentProgress(), processes: processes
        ).expectedResults)
    }
    _ = try ResultTable(expected)
    if processes.isFirst, expected.contains(where: ResultFiles.areOutdated) {
      try ResultFiles.removeTable(from: request.output)
    }
    var reports: [ChainReport] = []
    for run in runs {
      let report = try Chain(
        recipe: run.recipe, directory: run.directory, of: request, registry: registry,
        progress: progress, processes: processes
      ).runInFolder()
      guard let report else { continue }
      reports.append(report)
      // The rows so far are there if a later run is interrupted.
      let table = try ResultTable(reports.map(\.results))
      try table.write(table.markdown, to: "\(request.output)/table.md")
    }
    return processes.isFirst ? try ResultTable(reports.map(\.results)).markdown : nil
  }

  /// The recipes with their folders, which must differ.
  private static func runs(of request: RunRequest) throws -> [(recipe: String, directory: String)] {
    var runs: [(recipe: String, directory: String)] = []
    for recipe in request.recipes {
      let title = try Recipe(path: recipe, overrides: request.allOverrides).reader()
        .string("title")
      // A folder's name has no slash, and one with a dot in front would be hidden.
      var name = title.replacing("/", with: "-")
      if name.hasPrefix(".") || name.isEmpty { name = "_" + name }
      let directory = "\(request.output)/\(name)"
      if let other = runs.first(where: { $0.directory == directory }) {
        throw ComparisonError.sameTitle(title, first: other.recipe, second: recipe)
      }
      runs.append((recipe, directory))
    }
    return runs
  }
}

/// Recipes that cannot share a table.
public enum ComparisonError: Error, Equatable, CustomStringConvertible, Sendable {
  /// Two recipes whose rows and folders would be the same.
  case sameTitle(String, first: String, second: String)

  /// The message: what was found, what was expected, what to do next.
  public var description: String {
    switch self {
    case .sameTitle(let title, let first, let second):
      "'\(first)' and '\(second)' both have the title '\(title)'. Expected different titles, which "
        + "name the rows of the table and the folders of the runs; change 'title' in one of them."
    }
  }
}
