import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

interface Question {
  readonly text: string;
  readonly action: string;
  readonly answer: (isYes: boolean) => void;
}

const question = signal<Question | undefined>(undefined);

/** Asks for confirmation before a change. Resolves with the answer. */
export const askFirst = (text: string, action: string): Promise<boolean> =>
  new Promise((resolve) => {
    question.value = {
      text,
      action,
      answer: (isYes) => {
        question.value = undefined;
        resolve(isYes);
      },
    };
  });

/** Shows the question that is being asked. */
export const QuestionDialog = () => {
  const dialog = useRef<HTMLDialogElement>(null);
  const now = question.value;
  useEffect(() => {
    if (now !== undefined) dialog.current?.showModal();
  }, [now]);
  if (now === undefined) return null;
  return (
    <dialog ref={dialog} aria-labelledby="question" onClose={() => now.answer(false)}>
      <p id="question">{now.text}</p>
      <div class="actions">
        <button type="button" class="danger" onClick={() => now.answer(true)}>
          {now.action}
        </button>
        <button type="button" onClick={() => now.answer(false)}>
          Cancel
        </button>
      </div>
    </dialog>
  );
};
