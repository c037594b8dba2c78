package import CoffreCore

/// Hands every event to several sinks, in order.
package struct EventFan: EventSink {
  private let sinks: [any EventSink]
  package init(_ sinks: [any EventSink]) { self.sinks = sinks }
  package func take(_ event: JobEvent) { for sink in sinks { sink.take(event) } }
}
