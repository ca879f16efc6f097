# limit
