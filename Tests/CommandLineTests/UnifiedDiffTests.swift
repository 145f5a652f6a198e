import Testing

@testable import CommandLine

@Suite struct UnifiedDiffTests {
    private static let lines = (1...20).map { "line \($0)\n" }.joined()

    @Test func `equal texts have no difference`() {
        #expect(UnifiedDiff.text(path: "a", before: Self.lines, after: Self.lines) == "")
    }

    @Test func `a change has three lines around it`() {
        let after = Self.lines.replacing("line 10\n", with: "line ten\nand a half\n")
        #expect(
            UnifiedDiff.text(path: "m/l.yaml", before: Self.lines, after: after) == """
                --- a/m/l.yaml
                +++ b/m/l.yaml
                @@ -7,7 +7,8 @@
                 line 7
                 line 8
                 line 9
                -line 10
                +line ten
                +and a half
                 line 11
                 line 12
                 line 13

                """)
    }

    @Test func `changes far apart stand in hunks of their own, counted on`() {
        let after = Self.lines.replacing("line 2\n", with: "").replacing("line 20\n", with: "line 20\nline 21\n")
        #expect(
            UnifiedDiff.text(path: "/x", before: Self.lines, after: after) == """
                --- /x
                +++ /x
                @@ -1,5 +1,4 @@
                 line 1
                -line 2
                 line 3
                 line 4
                 line 5
                @@ -18,3 +17,4 @@
                 line 18
                 line 19
                 line 20
                +line 21

                """)
    }

    @Test func `a missing line end is said`() {
        #expect(
            UnifiedDiff.text(path: "x", before: "a\nb", after: "a\nc") == """
                --- a/x
                +++ b/x
                @@ -1,2 +1,2 @@
                 a
                -b
                \\ No newline at end of file
                +c
                \\ No newline at end of file

                """)
        #expect(UnifiedDiff.text(path: "x", before: "", after: "c\n").contains("@@ -0,0 +1,1 @@\n+c\n"))
        #expect(UnifiedDiff.text(path: "x", before: "a\r\n", after: "a\n").contains("-a\r\n+a\n"))
    }
}
