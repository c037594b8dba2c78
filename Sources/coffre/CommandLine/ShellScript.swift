/// The scripts that shells load. All of them ask `coffre __complete`, so that they never grow stale.
enum ShellScript: String, CaseIterable {
  case bash, zsh, fish

  /// Answers of `__complete`: a line `:files` if the shell should add names of files, then a word, a tab and a note each.
  var text: String {
    switch self {
    case .bash:
      #"""
      # bash completion for coffre: source this file, or put it into /usr/share/bash-completion/completions/coffre
      _coffre() {
        local current=${COMP_WORDS[COMP_CWORD]} line
        local -a words=("${COMP_WORDS[@]:1:COMP_CWORD-1}") answer=()
        COMPREPLY=()
        # Readline cuts words at '=' and ':'; put them together again.
        if declare -F _get_comp_words_by_ref >/dev/null; then
          local cword
          _get_comp_words_by_ref -n '=:' -w words -i cword -c current
          words=("${words[@]:1:cword-1}")
        fi
        while IFS= read -r line; do answer+=("$line"); done < <(coffre __complete -- "${words[@]}" "$current" 2>/dev/null)
        for line in "${answer[@]}"; do
          if [[ $line == :files ]]; then
            compopt -o filenames 2>/dev/null
            while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current")
          else
            COMPREPLY+=("${line%%$'\t'*}")
          fi
        done
        if declare -F __ltrim_colon_completions >/dev/null; then __ltrim_colon_completions "$current"; fi
      }
      complete -F _coffre coffre

      """#
    case .zsh:
      #"""
      #compdef coffre
      # zsh completion for coffre: put this file into a folder of $fpath as _coffre
      _coffre() {
        local -a answer described
        local line
        answer=("${(@f)$(coffre __complete -- "${(@)words[2,CURRENT-1]}" "${words[CURRENT]}" 2>/dev/null)}")
        for line in $answer; do
          if [[ $line == :files ]]; then
            _files
          elif [[ -n $line ]]; then
            described+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
          fi
        done
        (( $#described )) && _describe -t coffre coffre described
      }
      if [[ $funcstack[1] == _coffre ]]; then _coffre "$@"; else compdef _coffre coffre; fi

      """#
    case .fish:
      #"""
      # fish completion for coffre: put this file into ~/.config/fish/completions/coffre.fish
      function __coffre_complete
        set -l words (commandline -opc)
        set -l current (commandline -ct)
        for line in (coffre __complete -- $words[2..-1] "$current" 2>/dev/null)
          if test "$line" = ":files"
            __fish_complete_path "$current"
          else
            printf '%s\n' $line
          end
        end
      end
      complete -c coffre -f -a '(__coffre_complete)'

      """#
    }
  }
}
