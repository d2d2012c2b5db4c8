import type { Signal } from '@preact/signals';

interface FieldProps {
  readonly label: string;
  /** The text, which the field shows and changes. */
  readonly value: Signal<string>;
  /** What is typed; a phone shows the keys for it. @default 'text' */
  readonly inputMode?: 'text' | 'search' | 'tel';
  readonly placeholder?: string;
}

/** Renders a field for a line of text. The browser does not suggest what was typed before. */
export const Field = ({ label, value, inputMode = 'text', placeholder }: FieldProps) => (
  <label>
    {label}
    <input
      type="text"
      inputMode={inputMode}
      value={value.value}
      placeholder={placeholder}
      autoComplete="off"
      onInput={({ currentTarget }) => (value.value = currentTarget.value)}
    />
  </label>
);

interface CheckProps {
  readonly label: string;
  readonly value: Signal<boolean>;
}

/** Renders a choice between yes and no. */
export const Check = ({ label, value }: CheckProps) => (
  <label class="check">
    <input
      type="checkbox"
      checked={value.value}
      onChange={({ currentTarget }) => (value.value = currentTarget.checked)}
    />
    {label}
  </label>
);
