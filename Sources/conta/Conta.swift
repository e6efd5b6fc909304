@main struct Conta { static func main() {} }
