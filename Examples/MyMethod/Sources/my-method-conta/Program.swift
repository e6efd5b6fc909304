import BuiltinPlugins
import ContaCommandLine
import MyMethod

/// The program `my-method-conta`: `conta` with one plugin more.
@main struct Program {
  static func main() {
    ContaProgram.main(with: BuiltinPlugins.registry, adding: MyMethodPlugin.register)
  }
}
