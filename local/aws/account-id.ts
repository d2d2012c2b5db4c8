/** Account id in the ARNs of the local stack; the embedded SQS has it built in. */
export const localAccountId = '000000000000';
