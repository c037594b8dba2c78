import CoffreSystem

@main
struct Main {
  static func main() async {
    ThisProcess.returnFreedMemoryEarly()
    ThisProcess.end(with: await Program.run(ThisProcess.arguments))
  }
}
