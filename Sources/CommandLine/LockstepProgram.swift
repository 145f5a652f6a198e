import Glibc

/// The program: finds the command that a command line names and runs it.
package enum LockstepProgram {
    /// Runs a whole command line in the process's own surroundings and ends the process with its exit code.
    ///
    /// - Parameter words: the command line without the program's name.
    package static func main(_ words: [String]) -> Never {
        let signals = SignalWatch()
        let environment = CommandContext.processEnvironment()
        let terminal = Terminal(environment: environment, noColour: words.contains("--no-color"))
        let context = CommandContext(terminal: terminal, environment: environment, signals: signals)
        // The one task without a parent: all others descend from it, while the main thread takes the signals. Handlers
        // of `exit` are left out: one of them takes OpenSSL down, and a thread may still hash a password that nobody
        // waits for any more.
        Task { _exit(await run(words, in: context).rawValue) }
        signals.serve()
    }

    /// Runs a whole command line; failures are printed.
    static func run(_ words: [String], in context: CommandContext) async -> ExitStatus {
        do throws(CommandFailure) {
            let status = try await dispatch(words, context)
            guard let problem = context.terminal.outputProblem else { return status }
            context.terminal.note("lockstep: not everything could be written to standard output: \(problem)")
            return status == .done || status == .changesPending ? .failed : status
        } catch {
            if !error.message.isEmpty { context.terminal.note("lockstep: \(error.message)") }
            if error.status == .usage {
                let name = words.first.flatMap { CommandTable.command(named: $0)?.syntax.name }
                context.terminal.note(
                    "Run `lockstep \(name.map { "\($0) --help" } ?? "help")` to see what is possible.")
            }
            return error.status
        }
    }

    private static func dispatch(
        _ words: [String], _ context: CommandContext
    ) async throws(CommandFailure) -> ExitStatus {
        guard let first = words.first else {
            context.terminal.note(HelpCommand.overview)
            throw CommandFailure(.usage, "")
        }
        if first == "--help" || first == "-h" {
            context.terminal.result(HelpCommand.overview)
            return .done
        }
        if first == "--version" {
            context.terminal.result(VersionCommand.text)
            return .done
        }
        guard let command = CommandTable.command(named: first) else {
            let hint = Suggestion.hint(for: first, among: CommandTable.names)
            throw .usage(
                first.hasPrefix("-") ? "the command comes first, before \(first)" : "no command \"\(first)\"",
                hint: hint)
        }
        let arguments = try Arguments(words.dropFirst(), for: command.syntax)
        if arguments.wantsHelp {
            context.terminal.result(command.syntax.help)
            return .done
        }
        return try await command.run(arguments, context)
    }
}
