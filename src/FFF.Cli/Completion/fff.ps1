# Completion of fff for PowerShell, by the program itself. In $PROFILE:  fff completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName fff -ScriptBlock {
    param($word, $ast, $cursor)
    $line = $ast.ToString().PadRight($cursor - $ast.Extent.StartOffset).Substring(0, $cursor - $ast.Extent.StartOffset)
    $line = $line -replace '^\S+', 'fff'
    fff "[suggest:$($line.Length)]" $line 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
}
