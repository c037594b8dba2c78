import CoffreSystem

@main
struct Main {
  static func main() async { ThisProcess.end(with: await Program.run(ThisProcess.arguments)) }
}
