/// A command: what it takes, and what it does.
struct Command: Sendable {
    /// What it is called and takes.
    let syntax: CommandSyntax
    /// Does it; throws what ends it early.
    let run: @Sendable (Arguments, CommandContext) async throws(CommandFailure) -> ExitStatus

    init(
        _ syntax: CommandSyntax,
        run: @escaping @Sendable (Arguments, CommandContext) async throws(CommandFailure) -> ExitStatus
    ) {
        self.syntax = syntax
        self.run = run
    }
}
