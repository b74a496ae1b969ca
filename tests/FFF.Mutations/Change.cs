using Microsoft.CodeAnalysis;

namespace FFF.Mutations;

/// <summary>Another way to write an expression or a statement.</summary>
/// <param name="What">What is written, such as "+ to -".</param>
/// <param name="Node">The other expression; null where a statement is left out.</param>
internal sealed record Change(string What, SyntaxNode? Node);

/// <summary>A change at its place.</summary>
/// <param name="Id">Its number in the switch.</param>
/// <param name="File">The file, relative to the repository.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Source">The whole line, trimmed.</param>
/// <param name="Text">The expression or statement as it is written.</param>
/// <param name="What">What is changed.</param>
internal sealed record Mutation(int Id, string File, int Line, string Source, string Text, string What);
