# Completion of fff for bash, by the program itself. In ~/.bashrc:  source <(fff completion bash)
_fff() {
  local line="fff ${COMP_LINE#* }" word prefix
  line=${line:0:$((COMP_POINT + ${#line} - ${#COMP_LINE}))}
  word=${line##*[[:space:]]}
  local IFS=$'\n'
  COMPREPLY=($(compgen -W "$(fff "[suggest:${#line}]" "$line" 2>/dev/null)" -- "$word"))

  # Where a word has = or :, bash replaces only what follows the last of them.
  if [[ $COMP_WORDBREAKS == *=* && $word == *=* ]]; then
    prefix=${word%"${word##*=}"}
  elif [[ $COMP_WORDBREAKS == *:* && $word == *:* ]]; then
    prefix=${word%"${word##*:}"}
  fi
  COMPREPLY=("${COMPREPLY[@]#"$prefix"}")

  # What is no whole word yet goes on without a blank.
  if [[ ${COMPREPLY[0]} == *[=./:] ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -o default -F _fff fff
