import CPostgres

/// What the library answered to a command; freed at its end.
@safe final class LibraryResult {
  let pointer: OpaquePointer?

  /// - Parameter pointer: becomes this object's own; `nil` where the library had no answer.
  init(_ pointer: OpaquePointer?) { unsafe self.pointer = pointer }

  /// No answer: what went wrong, the connection knows.
  init() { unsafe pointer = nil }

  deinit { unsafe PQclear(pointer) }

  /// For no answer at all: a fatal error, as the library says.
  var status: ExecStatusType { unsafe PQresultStatus(pointer) }

  var isEmpty: Bool { unsafe pointer == nil }
}

/// A field of what the server reported (`PG_DIAG_…` of postgres_ext.h, which are characters); empty where it is silent.
func reportedField(_ code: Unicode.Scalar, of result: OpaquePointer?) -> String {
  guard let text = unsafe PQresultErrorField(result, Int32(code.value)) else { return "" }
  return unsafe String(cString: text)
}

/// A text of the library, which ends its messages with a newline.
func trimmed(_ text: UnsafePointer<CChar>?) -> String {
  guard let text = unsafe text else { return "" }
  var words = unsafe String(cString: text)
  while words.last?.isWhitespace == true { words.removeLast() }
  return words
}
