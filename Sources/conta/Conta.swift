import BuiltinPlugins
import ContaCommandLine
import Foundation

/// The program `conta`: the command line with the plugins of this package.
@main struct Conta {
  static func main() {
    do {
      ContaProgram(actions: ProgramActions(registry: try BuiltinPlugins.registry())).main()
    } catch {
      FileHandle.standardError.write(Data("error: \(error)\n".utf8))
      exit(1)
    }
  }
}
