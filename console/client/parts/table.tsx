import type { ComponentChildren } from 'preact';

interface TableProps {
  readonly columns: readonly string[];
  /** Whether each row becomes a card on a narrow screen. Cells then name their column in `data-title`. @default true */
  readonly isStacked?: boolean;
  /** The rows. */
  readonly children: ComponentChildren;
}

/** Renders a table. */
export const Table = ({ columns, isStacked = true, children }: TableProps) => (
  <table class={isStacked ? 'stacked' : ''}>
    <thead>
      <tr>
        {columns.map((column) => (
          <th key={column} scope="col">
            {column}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>{children}</tbody>
  </table>
);
