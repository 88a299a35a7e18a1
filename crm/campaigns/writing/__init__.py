"""What a campaign says: blocks, personal fields, designs, and how a mail is made of them."""
