// What the standard library has since Swift 6.3, for the compiler before it.
#if compiler(<6.3)
  extension Array {
    /// An array of at most `capacity` elements, those that `body` appended.
    package init<Failure: Error>(
      capacity: Int, initializingWith body: (inout OutputSpan<Element>) throws(Failure) -> Void
    ) throws(Failure) {
      var failure: Failure?
      self = unsafe [Element](unsafeUninitializedCapacity: capacity) { buffer, initialized in
        var output = unsafe OutputSpan(buffer: buffer, initializedCount: 0)
        do throws(Failure) { try body(&output) } catch { failure = error }
        initialized = unsafe output.finalize(for: buffer)
      }
      if let failure { throw failure }
    }

    /// Appends what `body` appends to a span with room for `count` elements.
    package mutating func append<Failure: Error>(
      addingCapacity count: Int, initializingWith body: (inout OutputSpan<Element>) throws(Failure) -> Void
    ) throws(Failure) {
      append(contentsOf: try [Element](capacity: count, initializingWith: body))
    }
  }
#endif
