import BuiltinPlugins
import ContaCommandLine
import Foundation

/// The program `conta`: the command line with the plugins of this package.
@main struct Conta {
  static func main() {
    waitWithoutSpinning()
    do {
      ContaProgram(actions: ProgramActions(registry: try BuiltinPlugins.registry())).main()
    } catch {
      FileHandle.standardError.write(Data("error: \(error)\n".utf8))
      exit(1)
    }
  }

  /// Starts the program again with threads that sleep while they wait for each other.
  ///
  /// By default OpenMP's threads spin. Beside any other load a spinning thread keeps the one it
  /// waits for from running, and training becomes an order of magnitude slower. The OpenMP runtime
  /// reads the setting when the program is loaded, hence the restart.
  private static func waitWithoutSpinning() {
    guard getenv("OMP_WAIT_POLICY") == nil, setenv("OMP_WAIT_POLICY", "passive", 1) == 0 else {
      return
    }
    var arguments = CommandLine.unsafeArgv
    // If the restart fails, the program runs on, only slower.
    withUnsafeMutablePointer(to: &arguments) { _ = execv("/proc/self/exe", $0.pointee) }
  }
}
