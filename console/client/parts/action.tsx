import { useSignal } from '@preact/signals';
import { messageOf } from '../document';
import { askFirst } from './ask-first';
import { Notice } from './notice';

interface ActionProps {
  readonly label: string;
  /** What is asked before; nothing is asked if there is none. */
  readonly question?: string;
  /** What is said once it is done. */
  readonly done: string;
  readonly run: () => Promise<unknown>;
  readonly isDanger?: boolean;
  readonly isDisabled?: boolean;
}

/** A button that does something at the installation, and says what came of it. */
export const Action = ({ label, question, done, run, isDanger = false, isDisabled = false }: ActionProps) => {
  const state = useSignal<{ kind: 'problem' | 'good'; text: string } | undefined>(undefined);
  const isRunning = useSignal(false);
  const start = async (): Promise<void> => {
    if (question !== undefined && !(await askFirst(question, label))) return;
    isRunning.value = true;
    state.value = undefined;
    state.value = await run().then(
      () => ({ kind: 'good' as const, text: done }),
      (error: unknown) => ({ kind: 'problem' as const, text: messageOf(error) }),
    );
    isRunning.value = false;
  };
  return (
    <span class="action">
      <button
        type="button"
        class={isDanger ? 'danger' : ''}
        disabled={isDisabled || isRunning.value}
        onClick={() => void start()}
      >
        {label}
      </button>
      {state.value && <Notice kind={state.value.kind}>{state.value.text}</Notice>}
    </span>
  );
};
