import ArgumentParser
import CoreAPI
import Foundation
import Harness

/// `conta cache`: looks after the stages that runs share.
struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache",
    abstract: "List, check or clean a cache of stages.",
    discussion: """
      A cache holds the finished outputs of stages: trained networks, CAMs, masks. It is the folder \
      that 'conta run' got as --cache, or the folder 'cache' of a grid. Runs link what they use.

      EXAMPLES
        conta cache ls runs/grid/cache
        conta cache verify runs/grid/cache
        conta cache gc runs/grid/cache --budget 50GB
      """,
    subcommands: [List.self, Verify.self, Collect.self])

  /// `conta cache ls`: lists the entries.
  struct List: ContaSubcommand {
    static let configuration = CommandConfiguration(
      commandName: "ls",
      abstract: "List the entries: stage, size, last use, and how many runs need them.",
      discussion: """
        EXAMPLE
          conta cache ls runs/grid/cache
        """)

    @Argument(help: "The cache's folder.", completion: .directory)
    var cache: String

    func run(in program: ContaProgram) throws {
      let entries = try StageCache(path: cache).entries()
      let table = MarkdownTable(
        header: ["Entry", "Size", "Last used (UTC)", "Runs"],
        rows: entries.map {
          [$0.name, "\($0.size)", Self.text(of: $0.lastUse), "\($0.runs.count)"]
        })
      let size = ByteSize(entries.reduce(0) { $0 + $1.size.bytes })
      program.output.say("\(table.text)\n\(entries.count) entries, \(size).")
    }

    private static func text(of date: Date) -> String {
      String(date.formatted(.iso8601).replacing("T", with: " ").prefix(16))
    }
  }

  /// `conta cache verify`: reads every file and compares it with its hash.
  struct Verify: ContaSubcommand {
    static let configuration = CommandConfiguration(
      commandName: "verify",
      abstract: "Read every entry and name those that are damaged.",
      discussion: """
        Nothing is changed: a run that needs a damaged entry moves it aside and computes it again.

        EXAMPLE
          conta cache verify runs/grid/cache
        """)

    @Argument(help: "The cache's folder.", completion: .directory)
    var cache: String

    func run(in program: ContaProgram) throws {
      let cache = try StageCache(path: cache)
      var count = 0
      let damage = cache.damage { done, total in
        count = total
        program.output.progress.update(
          StageProgress(task: "entries", completed: done, total: total))
      }
      for item in damage { program.output.note("\(item.entry): \(item.problem)") }
      guard damage.isEmpty else {
        throw CacheCheckFailure(damaged: damage.count, entries: count)
      }
      program.output.say("\(count) entries, all of them whole.")
    }
  }

  /// `conta cache gc`: deletes what no run needs.
  struct Collect: ContaSubcommand {
    static let configuration = CommandConfiguration(
      commandName: "gc",
      abstract: "Delete entries that no run needs, least recently used first.",
      discussion: """
        What a run needs stays while the run's folder exists, whatever the budget. Nothing is \
        deleted while a run uses the cache. A run that was moved must be run again once before, \
        which computes nothing; a grid's folder may be moved as a whole.

        EXAMPLES
          conta cache gc runs/grid/cache --dry-run
          conta cache gc runs/grid/cache --budget 50GB
        """)

    @Argument(help: "The cache's folder.", completion: .directory)
    var cache: String

    @Option(
      help: "Delete only until the cache is no larger, for example 50GB; by default, all unneeded.",
      transform: { text in
        guard let size = ByteSize(text) else {
          throw ValidationError("'--budget \(text)' is no size. Expected, for example, 50GB.")
        }
        return size
      })
    var budget: ByteSize?

    @Flag(help: "Only say what would be deleted.")
    var dryRun = false

    func run(in program: ContaProgram) throws {
      let collection = try StageCache(path: cache).collect(budget: budget, dryRun: dryRun)
      for entry in collection.deleted { program.output.note("\(entry.name)  \(entry.size)") }
      program.output.say(
        "\(dryRun ? "Would delete" : "Deleted") \(collection.deleted.count) entries "
          + "(\(collection.freed)) and \(collection.leftovers) leftovers. \(collection.kept) stay, "
          + "of which runs need \(collection.needed).")
      if let budget, collection.kept.bytes > budget.bytes {
        program.output.note(
          "The budget of \(budget) is exceeded by what runs need. Delete folders of runs to free "
            + "more.")
      }
    }
  }
}

/// Entries that `conta cache verify` found damaged.
struct CacheCheckFailure: Error, CustomStringConvertible {
  var damaged: Int
  var entries: Int

  var description: String {
    "\(damaged) of \(entries) entries are damaged. Runs that need them compute them again; "
      + "'conta cache gc' deletes those that no run needs."
  }
}
