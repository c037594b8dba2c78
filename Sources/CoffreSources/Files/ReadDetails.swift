import CoffreCore
import CoffreSystem

/// Link target and extended attributes of a name in a directory; what cannot be read is named and left out.
func readDetails(of name: PathBytes, kind: EntryKind, in directory: borrowing FileDescriptor) throws(SystemError)
  -> EntryDetails
{
  var details = EntryDetails()
  if kind == .symlink { details.linkTarget = try directory.readLink(name) }
  do throws(SystemError) {
    for attribute in try directory.extendedAttributeNames(of: name) {
      details.add(attribute) { () throws(SystemError) in try directory.extendedAttribute(attribute, of: name) }
    }
  } catch {
    guard !error.isNotFound else { throw error }
    details.addUnlisted(error)
  }
  return details
}

/// Extended attributes of an open file; what cannot be read is named and left out.
func readDetails(of file: borrowing FileDescriptor) -> EntryDetails {
  var details = EntryDetails()
  do throws(SystemError) {
    for attribute in try file.extendedAttributeNames() {
      details.add(attribute) { () throws(SystemError) in try file.extendedAttribute(attribute) }
    }
  } catch {
    details.addUnlisted(error)
  }
  return details
}

extension EntryDetails {
  fileprivate mutating func add(_ attribute: [UInt8], _ read: () throws(SystemError) -> [UInt8]) {
    do throws(SystemError) {
      extendedAttributes.append(ExtendedAttribute(name: attribute, value: try read()))
    } catch {
      unreadable.append("extended attribute '\(displayed(attribute))': \(error.cause)")
    }
  }

  fileprivate mutating func addUnlisted(_ error: SystemError) {
    unreadable.append("extended attributes: \(error.cause)")
  }
}
