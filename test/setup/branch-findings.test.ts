import { branchFindings } from '../../lambdas/setup/branch-findings';
import type { BranchDetails } from '../../lambdas/setup/details';
import { amiss } from './facts';

const all = { voice: true, first_message: true, max_duration: true };
const main: BranchDetails = { name: 'Main', blocker: undefined, overrides: all };
const other: BranchDetails = { ...main, name: 'Summer' };

describe('the findings about branches', () => {
  it.each([
    ['no branches', undefined],
    ['a main branch', [main]],
    ['two that are alike', [main, other]],
    ['an archived agent, which has a finding of its own', [{ ...main, blocker: 'agent_archived' as const }]],
  ])('given %s, then nothing is amiss', (_, branches) => {
    expect(amiss(branchFindings(branches === undefined ? {} : { branches }, 'patch'))).toEqual([]);
  });

  it.each([
    ['patch', 'problem branches'],
    ['auto', 'problem branches'],
    ['override', 'attention branches'],
  ] as const)('given two that can’t be PATCHed and %s, then each is named with what to do: %s', (activation, found) => {
    const branches = [
      { ...main, blocker: 'branch_protected' as const },
      { ...other, blocker: 'branch_no_right' as const },
    ];

    const findings = branchFindings({ branches }, activation);

    expect(amiss(findings)).toEqual([found, found]);
    expect(findings.map(({ what }) => what)).toEqual([
      expect.stringContaining('“Main”'),
      expect.stringContaining('“Summer”'),
    ]);
    expect(findings.map((each) => each.do)).toEqual([
      'Make the owner of the key an admin of the agent, or lift the protection of the branch.',
      'Make the owner of the key an editor of the agent.',
    ]);
  });

  it('given one that forbids what the other allows, then it is named', () => {
    const branches = [main, { ...other, overrides: { ...all, voice: false } }];

    const [finding] = branchFindings({ branches }, 'patch');

    expect(finding).toMatchObject({ level: 'attention', what: expect.stringContaining('Summer') });
  });

  it('given none that allows it, then that is no difference between branches', () => {
    const overrides = { ...all, voice: false };

    expect(
      amiss(
        branchFindings(
          {
            branches: [
              { ...main, overrides },
              { ...other, overrides },
            ],
          },
          'patch',
        ),
      ),
    ).toEqual([]);
  });
});
