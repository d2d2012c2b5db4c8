import type { Command } from '../command';
import { commonFlags } from '../command-help';
import { exitCodes } from '../exit-codes';
import { actionOf } from '../run-command';

/** Creates `precall completion` for these commands. */
export const completionOf = (commands: () => Readonly<Record<string, Command>>): Command => ({
  summary: 'Prints a script that completes commands and flags in bash or zsh',
  forms: ['bash', 'zsh'],
  examples: ['source <(npx precall completion bash)', 'source <(npx precall completion zsh)'],
  run: (invocation) => {
    const shell = actionOf(invocation, ['bash', 'zsh'], 'bash');
    const lines = shell === 'zsh' ? ['autoload -U bashcompinit && bashcompinit'] : [];
    invocation.surroundings.print([...lines, script(commands())].join('\n'));
    return Promise.resolve(exitCodes.done);
  },
});

const script = (commands: Readonly<Record<string, Command>>): string => `_precall() {
  local word="\${COMP_WORDS[COMP_CWORD]}" command="\${COMP_WORDS[1]}"
  [ "$command" = precall ] && command="\${COMP_WORDS[2]}"
  case "$command" in
${Object.entries(commands).map(caseOf).join('\n')}
    *) COMPREPLY=($(compgen -W "send check sign ${Object.keys(commands).join(' ')}" -- "$word")) ;;
  esac
}
complete -F _precall precall`;

const caseOf = ([name, { forms, flags = {} }]: readonly [string, Command]): string => {
  const actions = forms.flatMap((form) => /^[a-z]+/.exec(form) ?? []);
  const words = [...actions, ...Object.keys({ ...flags, ...commonFlags }).map((flag) => `--${flag}`)];
  return `    ${name}) COMPREPLY=($(compgen -W "${words.join(' ')}" -- "$word")) ;;`;
};
