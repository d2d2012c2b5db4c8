import type { AnswerDocument } from '../../shared/documents';
import { duration } from '../format';
import { CallLink } from './id';
import { Notice } from './notice';

/** Renders what a request was answered, and what that means. */
export const Answer = ({ title, answer }: { title: string; answer: AnswerDocument }) => {
  const { status, meaning, tookMs, conversationId, body } = answer;
  return (
    <Notice kind={status < 300 ? 'good' : 'problem'}>
      {title}: {status} after {duration(tookMs)}. {meaning}{' '}
      {conversationId !== undefined && <CallLink id={conversationId} />}
      <code class="body" tabIndex={0}>
        {JSON.stringify(body)}
      </code>
    </Notice>
  );
};
