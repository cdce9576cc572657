"""A file of rows for `dlas simulate --replay` that is worked out by hand."""

HEAD = "run_id,design,op,R,S,C,K,X,Y,T_R,T_S,T_C,T_K,T_X_,T_Y_,ms_size,dn_bw,rn_bw,rn_type,accumulation_buffer,cycles,multiplications"
# A single product on 16 multipliers: 7 cycles.
ROW = "one,maeri,conv,1,1,1,1,1,1,1,1,1,1,1,1,16,4,4,ASNETWORK,1,7,1"
