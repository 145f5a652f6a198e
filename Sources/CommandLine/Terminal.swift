import Glibc
import Synchronization

/// Where a command's words go: results to stdout, everything else to stderr.
///
/// A reader that went away (`lockstep status | head`) is no failure: what cannot be delivered is dropped, and an apply
/// that is under way goes on to its end. A full device is one, once the command has ended.
package final class Terminal: Sendable {
    private let output: Int32
    private let errors: Int32
    private let input: Int32
    /// Whether results may be coloured.
    package let colours: Bool
    /// Whether findings and logs on stderr may be coloured.
    package let errorColours: Bool
    /// Whether a person can be asked: stdin and stderr are terminals.
    package let isInteractive: Bool
    /// Whether a line on stderr can be written over, to show progress in place.
    package let updatesInPlace: Bool
    private let state = Mutex(State())

    private struct State {
        var readerIsGone = false
        var outputProblem: String?
        var transientWidth = 0
    }

    /// A terminal on descriptors; nobody closes them.
    package init(
        output: Int32 = STDOUT_FILENO, errors: Int32 = STDERR_FILENO, input: Int32 = STDIN_FILENO,
        environment: [String: String], noColour: Bool = false
    ) {
        self.output = output
        self.errors = errors
        self.input = input
        let isDumb = environment["TERM"] == "dumb"
        let isPlain = noColour || isDumb || !(environment["NO_COLOR"] ?? "").isEmpty
        colours = !isPlain && isatty(output) == 1
        errorColours = !isPlain && isatty(errors) == 1
        isInteractive = isatty(input) == 1 && isatty(errors) == 1
        updatesInPlace = !isDumb && isatty(errors) == 1
    }

    /// The same terminal with notes on stdout, for a transcript that keeps its order in a pipe, too.
    func withEverythingOnOutput(_ environment: [String: String]) -> Terminal {
        Terminal(output: output, errors: output, input: input, environment: environment, noColour: !colours)
    }

    /// Whether nobody reads the results any more.
    package var readerIsGone: Bool { state.withLock { $0.readerIsGone } }

    /// Why results are missing on stdout, other than that nobody reads them; nil when nothing is missing.
    package var outputProblem: String? { state.withLock { $0.outputProblem } }

    /// Writes a result, with a line end unless the text has one or is empty.
    package func result(_ text: String) {
        guard !text.isEmpty else { return }
        state.withLock { state in
            eraseTransient(&state)
            switch Self.write(Self.line(text), to: output) {
            case 0: break
            case EPIPE: state.readerIsGone = true
            case let code: state.outputProblem = String(cString: strerror(code))
            }
        }
    }

    /// Writes a line for people to stderr: a warning, progress, an error.
    package func note(_ text: String) {
        guard !text.isEmpty else { return }
        state.withLock { state in
            eraseTransient(&state)
            _ = Self.write(Self.line(text), to: errors)
        }
    }

    /// Shows a line on stderr that the next one replaces; nothing when stderr is no terminal.
    package func transient(_ text: String) {
        guard updatesInPlace else { return }
        state.withLock { state in
            eraseTransient(&state)
            let shown = text.prefix(100)
            state.transientWidth = shown.count
            _ = Self.write(String(shown), to: errors)
        }
    }

    /// Asks a person on stderr and waits for a line; nil when input ended.
    package func ask(_ question: String) -> String? {
        state.withLock { state in
            eraseTransient(&state)
            _ = Self.write(question, to: errors)
        }
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while bytes.count < 1024 {
            let count = read(input, &byte, 1)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self) }
            if byte == UInt8(ascii: "\n") { break }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func eraseTransient(_ state: inout State) {
        guard state.transientWidth > 0 else { return }
        _ = Self.write("\r" + String(repeating: " ", count: state.transientWidth) + "\r", to: errors)
        state.transientWidth = 0
    }

    private static func line(_ text: String) -> String { text.hasSuffix("\n") ? text : text + "\n" }

    /// The system's error code, such as that the other side is gone or the device is full; 0 when all was written.
    private static func write(_ text: String, to descriptor: Int32) -> Int32 {
        var text = text
        return text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
                if count < 0 {
                    if errno == EINTR { continue }
                    if errno == EAGAIN {
                        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                        poll(&wait, 1, 1000)
                        continue
                    }
                    return errno
                }
                written += count
            }
            return 0
        }
    }
}
