import Glibc

/// A system call that failed.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The call, such as `connect`.
    package var call: String
    /// Its `errno`.
    package var number: Int32

    /// The failure of `call` with `number`.
    package init(_ call: String, _ number: Int32) {
        self.call = call
        self.number = number
    }

    /// The failure of `call` with the current `errno`.
    package static func last(_ call: String) -> SystemError {
        SystemError(call, errno)
    }

    /// Whether this machine has no way to an address of that kind, such as IPv6: it says nothing about the host.
    package var isNoRoute: Bool { [ENETUNREACH, EADDRNOTAVAIL, EAFNOSUPPORT].contains(number) }

    /// What `errno` means, in the system's words.
    package var meaning: String {
        var text = [CChar](repeating: 0, count: 256)
        guard strerror_r(number, &text, text.count) == 0 else { return "error \(number)" }
        return text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "error \(number)" }
    }

    /// `connect: Connection refused`.
    package var description: String { "\(call): \(meaning)" }
}
