/** The command cannot do what it was asked; the message is one sentence that names the flag, value or file at fault. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
}
