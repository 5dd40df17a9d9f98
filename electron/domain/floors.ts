/**
 * What no plan can go below, whoever signed it. A study's own rules may ask for more, never for less: a study below a floor
 * is refused when it is proposed, when it is approved and when a contribution is made.
 */

/**
 * The fewest training rows of one institution in a sum. A sum is masked, but its size is known: of fewer patients a mean and
 * a deviation come close to describing each. 20 is what official statistics ask of a mean; batches hold 16.
 */
export const FEWEST_ROWS = 20

/** The fewest held-out rows that an institution lets count in an evaluation: a score's place among fewer tells whose it is. */
export const FEWEST_HELD_OUT = 10

/** The fewest held-out patients of one institution whose figures it may publish under its own name, where the outcome is no event. */
export const FEWEST_PUBLISHED = 20

/** The fewest with the outcome, and the fewest without it, where it is one: an AUC of fewer is about each of them. */
export const FEWEST_CASES_PUBLISHED = 10

/** The fewest institutions in a sum. With two, each would know the other's part by subtracting its own. */
export const FEWEST_MEMBERS = 3

/**
 * The fewest patients in a group that is named or whose values are added up. A range that a plan draws around fewer of our
 * patients would single them out: their values count as missing. Smaller groups are shown on the steward's screens alone,
 * and no category of theirs is written into a study. 5 is the smallest cell that statistical offices commonly publish.
 */
export const FEW = 5

/**
 * The fewest institutions over which products of one institution's sums with themselves are added up, for errors that are
 * clustered by hospital: among few, the others' scores could be told from them. Fewer clusters give no fair errors either.
 */
export const FEWEST_CLUSTERS = 20

/** How far two bands of row counts must lie apart: closer ones would tell our number of rows, and who came and went, nearly exactly. */
export const BAND_STEP = 5
