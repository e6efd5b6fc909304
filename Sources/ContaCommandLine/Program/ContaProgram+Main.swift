public import CoreAPI
import Foundation

extension ContaProgram {
  /// Runs the process's command with the plugins given, and ends the process.
  ///
  ///     @main struct Program {
  ///       static func main() {
  ///         ContaProgram.main(with: BuiltinPlugins.registry, adding: MyPlugin.register)
  ///       }
  ///     }
  ///
  /// - Parameters:
  ///   - registry: Makes the registry to begin with.
  ///   - registrations: Add a plugin each.
  public static func main(
    with registry: () throws -> PluginRegistry = { PluginRegistry() },
    adding registrations: ((inout PluginRegistry) throws -> Void)...
  ) -> Never {
    waitWithoutSpinning()
    do {
      var registry = try registry()
      for register in registrations { try register(&registry) }
      ContaProgram(actions: ProgramActions(registry: registry)).main()
    } catch {
      ProgramOutput.standard.fail("\(error)")
      exit(1)
    }
  }

  /// Starts the program again with threads that sleep while they wait for each other.
  ///
  /// By default OpenMP's threads spin. Beside any other load a spinning thread keeps the one it
  /// waits for from running, and training becomes an order of magnitude slower. The OpenMP runtime
  /// reads the setting when the program is loaded, hence the restart.
  private static func waitWithoutSpinning() {
    // Loading the tensor engine twice is what commands that only read would mostly do.
    let readers = ["table", "sweep", "why", "compare", "evaluate", "plugins", "cache"]
    guard CommandLine.arguments.count > 1, !readers.contains(CommandLine.arguments[1]) else {
      return
    }
    guard getenv("OMP_WAIT_POLICY") == nil, setenv("OMP_WAIT_POLICY", "passive", 1) == 0 else {
      return
    }
    var arguments = CommandLine.unsafeArgv
    // If the restart fails, the program runs on, only slower.
    withUnsafeMutablePointer(to: &arguments) { _ = execv("/proc/self/exe", $0.pointee) }
  }
}
