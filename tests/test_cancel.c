#include "harness.h"

#include <furrow/cancel.h>
#include <furrow/status.h>

TEST(a_wish_to_stop_is_seen_and_stays)
{
    furrow_cancel cancel = {0};
    EXPECT(!furrow_cancel_requested(&cancel));
    EXPECT(!furrow_cancel_requested(NULL));
    furrow_cancel_request(&cancel);
    furrow_cancel_request(&cancel);
    EXPECT(furrow_cancel_requested(&cancel));
}

TEST(a_sleep_that_is_cancelled_says_so)
{
    furrow_cancel cancel = {0};
    EXPECT_EQUAL(furrow_cancel_sleep(NULL, 0.001), FURROW_OK);
    EXPECT_EQUAL(furrow_cancel_sleep(&cancel, 0.001), FURROW_OK);
    furrow_cancel_request(&cancel);
    EXPECT_EQUAL(furrow_cancel_sleep(&cancel, 3600), FURROW_ECANCELED);
    EXPECT_EQUAL(furrow_cancel_sleep(&cancel, 0), FURROW_OK);
}
