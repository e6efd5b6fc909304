import ArgumentParser

/// `conta plugins`: lists what recipes can name.
struct PluginsCommand: ContaSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "plugins",
    abstract: "List the seed generators, expanders and segmenters that recipes can name.",
    discussion: """
      Any seed generator goes with any expander and any segmenter. The intervention acts on the seed \
      generator, at its context ports.

      EXAMPLE
        conta plugins
      """)

  func run(in program: ContaProgram) throws {
    let plugins = program.actions.plugins()
    let width = plugins.map(\.name.count).max() ?? 0
    var lines: [String] = []
    var role = ""
    for plugin in plugins {
      if plugin.role != role { lines.append("\(plugin.role):") }
      role = plugin.role
      let padding = String(repeating: " ", count: width - plugin.name.count)
      lines.append("  \(plugin.name)\(padding)  \(plugin.summary)")
      if let ability = plugin.ability {
        lines.append("  \(String(repeating: " ", count: width))  \(ability)")
      }
    }
    program.output.say(
      lines.isEmpty ? "No plugins are registered." : lines.joined(separator: "\n"))
  }
}
