/// A certificate for 127.0.0.1 that nobody signed but itself, made by openssl.
package struct TestCertificate: Sendable {
  package let certificate: String
  package let key: String
  /// Both in one file, as clients want it.
  package let both: String

  /// - Parameter folder: where the files go.
  package init(in folder: String, named name: String = "server") throws {
    certificate = "\(folder)/\(name).pem"
    key = "\(folder)/\(name).key"
    both = "\(folder)/\(name)-both.pem"
    let outcome = try Tool.named("openssl", package: "openssl").run([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out",
      certificate, "-days", "2", "-subj", "/CN=\(name)", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
    ])
    guard outcome.isSuccess else { throw Tool.Missing(description: "no certificate: \(outcome)") }
    try writeRealFile(both, readRealFile(certificate) + readRealFile(key), mode: 0o600)
  }
}
