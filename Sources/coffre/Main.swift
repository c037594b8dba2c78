import CoffreSystem

@main
struct Main {
  static func main() async { exitProcess(await Program.run(Environment.arguments)) }
}
