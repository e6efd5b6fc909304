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

        Where the folder above a run's folder is missing, as for a run on another machine's disk, \
        the run cannot be seen, and what it needs stays, too. If it is gone, --forget-unseen makes \
        it count as deleted.

        What a stopped run left of an unfinished stage, a checkpoint for example, stays for 30 \
        days after it was last written, and does not count for the budget.

        EXAMPLES
          conta cache gc runs/grid/cache --dry-run
          conta cache gc runs/grid/cache --budget 50GB
          conta cache gc runs/grid/cache --leftovers
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

    @Flag(help: "Delete what stopped runs left of unfinished stages, however young it is.")
    var leftovers = false

    @Flag(help: "Count runs whose folders cannot be seen from this machine as deleted.")
    var forgetUnseen = false

    @Flag(help: "Only say what would be deleted.")
    var dryRun = false

    func run(in program: ContaProgram) throws {
      let collection = try StageCache(path: cache).collect(
        budget: budget, allLeftovers: leftovers, forgettingUnseen: forgetUnseen, dryRun: dryRun)
      for entry in collection.deleted { program.output.note("\(entry.name)  \(entry.size)") }
      let deletes = dryRun ? "Would delete" : "Deleted"
      program.output.say(
        "\(deletes) \(collection.deleted.count) entries (\(collection.freed)) and "
          + "\(collection.damaged) damaged ones. \(collection.kept) stay, of which runs need "
          + "\(collection.needed).\n"
          + "\(deletes) \(Self.text(of: collection.deletedLeftovers)) of stopped runs; "
          + "\(Self.text(of: collection.keptLeftovers)) stay.")
      let unseen = collection.unseenRuns.count
      if unseen > 0, forgetUnseen {
        let forgets = dryRun ? "Would forget" : "Forgot"
        program.output.note("\(forgets) \(unseen) runs that cannot be seen from here.")
      } else if unseen > 0 {
        program.output.note(
          "\(unseen) runs cannot be seen from here; what they need stays. If they are gone, delete "
            + "it with --forget-unseen.")
      }
      if let budget, collection.kept.bytes > budget.bytes {
        program.output.note(
          "The budget of \(budget) is exceeded by what runs need. Delete folders of runs to free "
            + "more.")
      }
    }

    private static func text(of leftovers: [StageCache.Leftover]) -> String {
      let size = ByteSize(leftovers.reduce(0) { $0 + $1.size.bytes })
      return "\(leftovers.count) leftovers (\(size))"
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
