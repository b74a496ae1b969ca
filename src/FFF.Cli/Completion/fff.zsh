#compdef fff
# Completion of fff for zsh, by the program itself. In ~/.zshrc, after compinit:  source <(fff completion zsh)
_fff() {
  local line="fff ${(j: :)words[2,CURRENT-1]}${words[2,CURRENT-1]:+ }$PREFIX" item
  local -a whole open
  for item in "${(@f)$(fff "[suggest:${#line}]" "$line" 2>/dev/null)}"; do
    case $item in
      '') ;;
      *[=./:]) open+=("$item") ;;
      *) whole+=("$item") ;;
    esac
  done
  (( ${#open} )) && compadd -S '' -- "${open[@]}"
  (( ${#whole} )) && compadd -- "${whole[@]}"
  (( ${#open} + ${#whole} )) || _files
}
compdef _fff fff
