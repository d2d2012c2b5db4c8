import { useSignal } from '@preact/signals';
import { messageOf } from '../document';
import { askFirst } from './ask-first';
import { Notice } from './notice';

interface ActionProps {
  readonly label: string;
  /** The question to confirm first; without it, nothing is asked. */
  readonly question?: string;
  /** The message to show once the action is done; without it, the view itself shows the result. */
  readonly done?: string;
  readonly run: () => Promise<unknown>;
  readonly look?: 'plain' | 'primary' | 'danger';
  readonly isDisabled?: boolean;
}

interface Said {
  readonly kind: 'problem' | 'good';
  readonly text: string;
}

/** Renders a button that runs an action on the installation and shows the result. */
export const Action = ({ label, question, done, run, look = 'plain', isDisabled = false }: ActionProps) => {
  const state = useSignal<Said | undefined>(undefined);
  const isRunning = useSignal(false);
  const start = async (): Promise<void> => {
    if (question !== undefined && !(await askFirst(question, label))) return;
    isRunning.value = true;
    state.value = undefined;
    state.value = await run().then(
      (): Said | undefined => (done === undefined ? undefined : { kind: 'good', text: done }),
      (error: unknown): Said => ({ kind: 'problem', text: messageOf(error) }),
    );
    isRunning.value = false;
  };
  return (
    <span class="action">
      <button type="button" class={look} disabled={isDisabled || isRunning.value} onClick={() => void start()}>
        {label}
      </button>
      {state.value && <Notice kind={state.value.kind}>{state.value.text}</Notice>}
    </span>
  );
};
