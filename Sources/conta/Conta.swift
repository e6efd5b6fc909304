import BuiltinPlugins
import ContaCommandLine

/// The program `conta`: the command line with the plugins of this package.
@main struct Conta {
  static func main() { ContaProgram.main(with: BuiltinPlugins.registry) }
}
