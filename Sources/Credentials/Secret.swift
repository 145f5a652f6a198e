/// A text that must never be printed: a password, a token, a key, or a reference to one.
///
/// It has no description of its content; whoever needs the text takes it out by name.
package struct Secret: Hashable, Sendable {
    private let text: String

    /// Wraps a text.
    package init(_ text: String) { self.text = text }

    /// The text itself, for the exchange that needs it.
    ///
    /// Never put it into a message, a log, a plan or a file.
    package func reveal() -> String { text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Dots.
    package var description: String { "••••" }
    /// Dots.
    package var debugDescription: String { description }
    /// Nothing.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
